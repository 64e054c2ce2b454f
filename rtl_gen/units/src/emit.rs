//! From designs to files and their manifest, without touching the file system.

use std::collections::BTreeMap;
use std::sync::Arc;

use hdl::{Design, EmitOptions};
use serde_json::Value;
use spec::manifest::{self, Generator, Manifest, SCHEMA};
use spec::{UnitConfig, config_hash};

use crate::{Error, generate, source};

/// What one run of the generator emits.
#[derive(Clone, Debug, PartialEq)]
pub struct Emission {
    /// Name and text of every file, submodules before their users.
    pub files: Vec<(String, String)>,
    /// What is in them.
    pub manifest: Manifest,
}

/// Generates the units of `configs` and prints them, every module in a file `<module>.sv`, all names beginning with
/// `prefix`.
///
/// # Errors
/// [`Error::Config`] for a configuration that no unit can be built from, [`Error::Clash`] where two modules would share
/// a file.
///
/// ```
/// use spec::unit::PlanSigmoid;
/// let emission = units::emit(&[PlanSigmoid::preset8().into()], "")?;
/// assert_eq!(emission.manifest.tops, ["plan_sigmoid_s8f4_u8f7"]);
/// assert!(emission.files[0].1.contains("module plan_sigmoid_s8f4_u8f7"));
/// # Ok::<(), units::Error>(())
/// ```
pub fn emit(configs: &[UnitConfig], prefix: &str) -> Result<Emission, Error> {
    let mut set = Set { prefix, files: vec![], modules: vec![] };
    let mut tops = Vec::new();
    for config in configs {
        let design = generate(config)?;
        set.add(&design, Some(config))?;
        tops.push(format!("{prefix}{}", design.name()));
    }
    let used: Vec<&String> = set.modules.iter().flat_map(|m| &m.submodules).collect();
    tops.retain(|top| !used.contains(&top));
    tops.dedup();
    Ok(set.emission(tops))
}

/// Prints a design of one's own with everything below it, under the plain name `kind`; `source` says where its
/// mathematics comes from.
///
/// # Errors
/// [`Error::Clash`] where two modules would share a file.
///
/// ```
/// let design = hdl::Module::build("inverter", |m| {
///     let a = m.input("a", hdl::Ty::bit());
///     m.output("y", hdl::Ty::bit()).set(!a);
/// })?;
/// let emission = units::emit_design(&design, "inverter", "Boole 1854")?;
/// assert_eq!(emission.manifest.modules[0].source, "Boole 1854");
/// # Ok::<(), units::Error>(())
/// ```
pub fn emit_design(design: &Arc<Design>, kind: &str, source: &str) -> Result<Emission, Error> {
    let mut set = Set { prefix: "", files: vec![], modules: vec![] };
    set.add(design, None)?;
    if let Some(top) = set.modules.iter_mut().find(|m| m.name == design.name()) {
        (top.kind, top.source) = (kind.to_owned(), source.to_owned());
    }
    Ok(set.emission(vec![design.name().to_owned()]))
}

struct Set<'a> {
    prefix: &'a str,
    files: Vec<(String, String)>,
    modules: Vec<manifest::Module>,
}

impl Set<'_> {
    fn emission(self, tops: Vec<String>) -> Emission {
        let generator = Generator { name: "espalier".to_owned(), version: env!("CARGO_PKG_VERSION").to_owned() };
        Emission { manifest: Manifest { schema: SCHEMA, generator, tops, modules: self.modules }, files: self.files }
    }

    /// Adds a design behind those it instantiates; `config` is what a unit was generated from.
    fn add(&mut self, design: &Arc<Design>, config: Option<&UnitConfig>) -> Result<(), Error> {
        let children: Vec<Arc<Design>> = design.children().into_iter().filter(|c| !c.is_black_box()).collect();
        for child in &children {
            self.add(child, None)?;
        }
        let options = EmitOptions { prefix: self.prefix.to_owned(), header: header(design, config), places: false };
        let name = format!("{}{}", self.prefix, design.name());
        let (file, text) = (format!("{name}.sv"), design.to_sv(&options));
        if let Some((_, known)) = self.files.iter().find(|(known, _)| *known == file) {
            let same = body(known) == body(&text);
            return if same { Ok(()) } else { Err(Error::Clash { name }) };
        }
        let submodules: Vec<String> = children.iter().map(|c| format!("{}{}", self.prefix, c.name())).collect();
        let mut sources: Vec<String> = Vec::new();
        for child in submodules.iter().filter_map(|name| self.modules.iter().find(|m| m.name == *name)) {
            for source in &child.sources {
                if !sources.contains(source) {
                    sources.push(source.clone());
                }
            }
        }
        sources.push(file.clone());
        self.modules.push(describe(design, config, name, file.clone(), sources, submodules));
        self.files.push((file, text));
        Ok(())
    }
}

/// The text from the first line that is no comment on.
fn body(text: &str) -> &str {
    text.find("`default_nettype").map_or(text, |at| &text[at..])
}

fn header(design: &Design, config: Option<&UnitConfig>) -> Vec<String> {
    let emitted = format!("Emitted by espalier {}.", env!("CARGO_PKG_VERSION"));
    let Some(config) = config else { return vec![emitted] };
    let latency = design.streams().iter().find(|s| s.dir == hdl::Dir::Out).map(|s| match s.latency {
        hdl::Latency::Fixed(n) => format!("Latency: {n} cycles, one beat every {}.", cycles(s.interval)),
        hdl::Latency::Min(n) => {
            format!("Latency: at least {n} cycles from the last beat it needs, one beat every {}.", cycles(s.interval))
        }
        hdl::Latency::Variable => "Latency: by the length of the row or job.".to_owned(),
    });
    let params = params(config);
    let given = params.iter().filter(|(_, value)| !value.is_null());
    let fields: Vec<String> = given.map(|(key, value)| format!("{key} = {}", plain(value))).collect();
    let facts = [Some(format!("Source: {}.", source(config))), latency];
    vec![
        facts.into_iter().flatten().collect::<Vec<_>>().join("\n"),
        format!("Configuration {}: {}.\n{emitted}", config_hash(config), fields.join(", ")),
    ]
}

fn cycles(interval: u32) -> String {
    if interval == 1 { "cycle".to_owned() } else { format!("{interval} cycles") }
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// The configuration's fields, its kind left out.
fn params(config: &UnitConfig) -> BTreeMap<String, Value> {
    let Ok(Value::Object(fields)) = serde_json::to_value(config) else { return BTreeMap::new() };
    fields.into_iter().filter(|(key, _)| key != "kind").collect()
}

fn describe(
    design: &Design,
    config: Option<&UnitConfig>,
    name: String,
    file: String,
    sources: Vec<String>,
    submodules: Vec<String>,
) -> manifest::Module {
    manifest::Module {
        file,
        kind: config.map_or_else(|| part_kind(design.name()), |c| c.kind().to_owned()),
        config_hash: config.map_or_else(|| config_hash(&design.name()), config_hash),
        params: config.map(params).unwrap_or_default(),
        source: config.map(|c| source(c).to_owned()).unwrap_or_default(),
        name,
        sources,
        submodules,
        ports: design.ports().iter().map(|p| port(design, p)).collect(),
        streams: design.streams().iter().map(stream).collect(),
    }
}

/// The kind of a part: its name without the sizes behind it.
fn part_kind(name: &str) -> String {
    let is_size = |word: &str| word.len() > 1 && word[1..].bytes().all(|b| b.is_ascii_digit());
    name.split('_').take_while(|word| !is_size(word)).collect::<Vec<_>>().join("_")
}

fn port(design: &Design, port: &hdl::Port) -> manifest::Port {
    let stream = port.stream.as_ref().and_then(|name| design.streams().iter().find(|s| s.name == *name));
    let fields = match (port.role, stream) {
        (hdl::Role::Data, Some(stream)) => fields(&stream.fields),
        _ => vec![],
    };
    manifest::Port {
        name: port.name.clone(),
        dir: if port.dir == hdl::Dir::In { manifest::Dir::In } else { manifest::Dir::Out },
        width: port.ty.width(),
        role: match port.role {
            hdl::Role::Clock => manifest::Role::Clock,
            hdl::Role::Reset => manifest::Role::Reset,
            hdl::Role::Valid => manifest::Role::Valid,
            hdl::Role::Ready => manifest::Role::Ready,
            hdl::Role::Data => manifest::Role::Data,
            hdl::Role::Last => manifest::Role::Last,
            hdl::Role::Keep => manifest::Role::Keep,
            hdl::Role::Other => manifest::Role::Other,
        },
        stream: port.stream.clone(),
        clock: port.clock.clone(),
        active_low: false,
        fields,
    }
}

fn fields(fields: &[hdl::Field]) -> Vec<manifest::Field> {
    let mut lsb = 0;
    fields
        .iter()
        .map(|field| {
            let width = field.ty.width();
            let described = manifest::Field {
                name: field.name.clone(),
                lsb,
                width,
                signed: field.ty.is_signed(),
                frac: field.ty.frac(),
                count: field.count,
                stride: width,
            };
            lsb += field.bits();
            described
        })
        .collect()
}

fn stream(stream: &hdl::Stream) -> manifest::Stream {
    manifest::Stream {
        name: stream.name.clone(),
        role: match stream.dir {
            hdl::Dir::In => manifest::StreamRole::Sink,
            hdl::Dir::Out => manifest::StreamRole::Source,
        },
        latency: match stream.latency {
            hdl::Latency::Fixed(n) => manifest::Latency::Fixed(n),
            hdl::Latency::Min(n) => manifest::Latency::Min(n),
            hdl::Latency::Variable => manifest::Latency::Variable,
        },
        interval: stream.interval,
        flow: match stream.flow {
            hdl::Flow::Stall => spec::Flow::Stall,
            hdl::Flow::Skid => spec::Flow::Skid,
            hdl::Flow::Credit => spec::Flow::Credit,
        },
    }
}
