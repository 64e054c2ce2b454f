//! From designs to files and their manifest, without touching the file system.

use std::collections::BTreeMap;
use std::sync::Arc;

use hdl::{Design, EmitOptions};
use serde_json::Value;
use spec::manifest::{self, Generator, Manifest, SCHEMA};
use spec::{UnitConfig, config_hash};

use crate::{Error, generate, source};

/// The longest line of a header, without its `// `.
const HEADER_WIDTH: usize = 94;

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
    let mut emitter = Emitter::new(prefix);
    configs.iter().try_for_each(|config| emitter.unit(config))?;
    Ok(emitter.finish())
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
    let mut emitter = Emitter::new("");
    emitter.add(design, None)?;
    if let Some(top) = emitter.modules.iter_mut().find(|m| m.name == design.name()) {
        (top.kind, top.source) = (kind.to_owned(), source.to_owned());
    }
    emitter.tops.push(design.name().to_owned());
    Ok(emitter.finish())
}

/// What a design was generated from, for its header and its entry in the manifest.
///
/// ```
/// use spec::unit::PlanSigmoid;
/// let about = units::About::unit(&PlanSigmoid::preset8().into());
/// assert_eq!(about.kind, "plan_sigmoid");
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct About {
    /// The plain name of what it is.
    pub kind: String,
    /// Where what it does is defined: paper and equation, or a standard.
    pub source: String,
    /// [`config_hash`] of the configuration.
    pub config_hash: String,
    /// The configuration's fields.
    pub params: BTreeMap<String, Value>,
}

impl About {
    /// About what was generated from `config`, which serialises as its fields and, perhaps, a `kind` among them.
    ///
    /// ```
    /// let about = units::About::new("adder", "Leibniz 1685", &std::collections::BTreeMap::from([("width", 8)]));
    /// assert_eq!(about.params["width"], 8);
    /// ```
    pub fn new(kind: &str, source: &str, config: &impl serde::Serialize) -> Self {
        let fields = match serde_json::to_value(config) {
            Ok(Value::Object(fields)) => fields,
            _ => serde_json::Map::new(),
        };
        let params = fields.into_iter().filter(|(key, _)| key != "kind").collect();
        Self { kind: kind.to_owned(), source: source.to_owned(), config_hash: config_hash(config), params }
    }

    /// About a unit.
    ///
    /// ```
    /// use spec::unit::Exp;
    /// assert_eq!(units::About::unit(&Exp::preset8().into()).source, "HeatViT (HPCA 2023), eq. 8");
    /// ```
    pub fn unit(config: &UnitConfig) -> Self {
        Self::new(config.kind(), source(config), config)
    }
}

/// Collects designs that are emitted together.
///
/// ```
/// use spec::unit::PlanSigmoid;
/// let mut emitter = units::Emitter::new("a_");
/// emitter.unit(&PlanSigmoid::preset8().into())?;
/// assert_eq!(emitter.finish().manifest.tops, ["a_plan_sigmoid_s8f4_u8f7"]);
/// # Ok::<(), units::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Emitter {
    prefix: String,
    files: Vec<(String, String)>,
    modules: Vec<manifest::Module>,
    tops: Vec<String>,
}

impl Emitter {
    /// Nothing so far; the names of all modules will begin with `prefix`.
    ///
    /// ```
    /// assert!(units::Emitter::new("").finish().files.is_empty());
    /// ```
    pub fn new(prefix: &str) -> Self {
        Self { prefix: prefix.to_owned(), files: vec![], modules: vec![], tops: vec![] }
    }

    /// Generates a unit and adds it.
    ///
    /// # Errors
    /// [`Error::Config`] for a configuration that no unit can be built from, [`Error::Clash`] where two modules would share
    /// a file.
    ///
    /// ```
    /// use spec::unit::PlanSigmoid;
    /// units::Emitter::new("").unit(&PlanSigmoid::preset8().into())?;
    /// # Ok::<(), units::Error>(())
    /// ```
    pub fn unit(&mut self, config: &UnitConfig) -> Result<(), Error> {
        self.design(&generate(config)?, &About::unit(config))
    }

    /// Adds a design with everything below it.
    ///
    /// # Errors
    /// [`Error::Clash`] where two modules would share a file.
    ///
    /// ```
    /// let design = hdl::Module::build("through", |m| {
    ///     m.output("y", hdl::Ty::bit()).set(m.input("a", hdl::Ty::bit()));
    /// })?;
    /// let about = units::About::new("through", "folklore", &());
    /// units::Emitter::new("").design(&design, &about)?;
    /// # Ok::<(), units::Error>(())
    /// ```
    pub fn design(&mut self, design: &Arc<Design>, about: &About) -> Result<(), Error> {
        self.add(design, Some(about))?;
        self.tops.push(format!("{}{}", self.prefix, design.name()));
        Ok(())
    }

    /// What the names of all modules begin with.
    ///
    /// ```
    /// assert_eq!(units::Emitter::new("a_").prefix(), "a_");
    /// ```
    pub fn prefix(&self) -> &str {
        &self.prefix
    }

    /// Adds a module around one that has been added, in a text and with ports of its own; it is the top then. `name` and
    /// `file` are whole, with the prefix.
    ///
    /// ```
    /// use spec::unit::PlanSigmoid;
    /// let mut emitter = units::Emitter::new("");
    /// emitter.unit(&PlanSigmoid::preset8().into())?;
    /// emitter.around("plan_sigmoid_s8f4_u8f7", "outer", "outer.v", "// the text".to_owned(), vec![]);
    /// assert_eq!(emitter.finish().manifest.tops, ["outer"]);
    /// # Ok::<(), units::Error>(())
    /// ```
    pub fn around(&mut self, inner: &str, name: &str, file: &str, text: String, ports: Vec<manifest::Port>) {
        let Some(found) = self.modules.iter().find(|module| module.name == inner) else { return };
        let mut sources = found.sources.clone();
        sources.push(file.to_owned());
        let outer = manifest::Module {
            name: name.to_owned(),
            file: file.to_owned(),
            kind: format!("{}_wrapper", found.kind),
            sources,
            submodules: vec![inner.to_owned()],
            ports,
            streams: vec![],
            ..found.clone()
        };
        self.modules.push(outer);
        self.tops.push(name.to_owned());
        self.file(file, text);
    }

    /// Adds a file that is no module, such as a header; `name` is whole, with the prefix.
    ///
    /// ```
    /// let mut emitter = units::Emitter::new("");
    /// emitter.file("registers.h", String::new());
    /// assert_eq!(emitter.finish().files.len(), 1);
    /// ```
    pub fn file(&mut self, name: &str, text: String) {
        self.files.push((name.to_owned(), text));
    }

    /// What has been added; a design that another one instantiates is no top.
    ///
    /// ```
    /// assert_eq!(units::Emitter::new("").finish().manifest.schema, spec::manifest::SCHEMA);
    /// ```
    pub fn finish(self) -> Emission {
        let Self { files, modules, mut tops, .. } = self;
        let used: Vec<&String> = modules.iter().flat_map(|m| &m.submodules).collect();
        tops.retain(|top| !used.contains(&top));
        tops.dedup();
        let generator = Generator { name: "espalier".to_owned(), version: env!("CARGO_PKG_VERSION").to_owned() };
        Emission { manifest: Manifest { schema: SCHEMA, generator, tops, modules }, files }
    }

    /// Adds a design behind those it instantiates; `about` is what it was generated from.
    fn add(&mut self, design: &Arc<Design>, about: Option<&About>) -> Result<(), Error> {
        let children: Vec<Arc<Design>> = design.children().into_iter().filter(|c| !c.is_black_box()).collect();
        for child in &children {
            self.add(child, None)?;
        }
        let options = EmitOptions { prefix: self.prefix.clone(), header: header(design, about), places: false };
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
        self.modules.push(describe(design, about, name, file.clone(), sources, submodules));
        self.files.push((file, text));
        Ok(())
    }
}

/// The text from the first line that is no comment on.
fn body(text: &str) -> &str {
    text.find("`default_nettype").map_or(text, |at| &text[at..])
}

fn header(design: &Design, about: Option<&About>) -> Vec<String> {
    let emitted = format!("Emitted by espalier {}.", env!("CARGO_PKG_VERSION"));
    let Some(about) = about else { return data(design).into_iter().chain([emitted]).collect() };
    let sources = || design.streams().iter().filter(|s| s.dir == hdl::Dir::Out);
    let latency = sources().find(|s| s.name == "out").or_else(|| sources().next()).map(|s| match s.latency {
        hdl::Latency::Fixed(n) => format!("Latency: {n} cycles, one beat every {}.", cycles(s.interval)),
        hdl::Latency::Min(n) => {
            format!("Latency: at least {n} cycles from the last beat it needs, one beat every {}.", cycles(s.interval))
        }
        hdl::Latency::Variable => "Latency: by the length of the row or job.".to_owned(),
    });
    let given = about.params.iter().filter(|(_, value)| !value.is_null());
    let fields: Vec<String> = given.map(|(key, value)| format!("{key} = {}", plain(value))).collect();
    let facts = [Some(format!("Source: {}.", about.source)), latency];
    let facts = facts.into_iter().flatten().collect::<Vec<_>>().join("\n");
    let configuration = format!("Configuration {}: {}.\n{emitted}", about.config_hash, fields.join(", "));
    data(design).into_iter().chain([facts, configuration]).collect()
}

/// Where the fields are in the data of each stream that has several.
fn data(design: &Design) -> Option<String> {
    let streams: Vec<&hdl::Stream> = design.streams().iter().filter(|s| s.fields.len() > 1).collect();
    let has_lanes = streams.iter().flat_map(|s| &s.fields).any(|field| field.count > 1);
    let lanes = if has_lanes { ", lane 0 in the lowest" } else { "" };
    let lines: Vec<String> = streams.iter().map(|s| stream_data(s)).collect();
    (!lines.is_empty()).then(|| format!("Bits of the streams' data{lanes}:\n{}", lines.join("\n")))
}

/// `cmd: m[8:0], k[24:9]`, in as many lines as that takes.
fn stream_data(stream: &hdl::Stream) -> String {
    let mut lines = vec![format!("  {}:", stream.name)];
    let fields = fields(&stream.fields);
    for (index, field) in fields.iter().enumerate() {
        let bits = field.width * field.count;
        let range = if bits == 1 { field.lsb.to_string() } else { format!("{}:{}", field.lsb + bits - 1, field.lsb) };
        let lanes = if field.count > 1 { format!(" ({} x {})", field.count, field.width) } else { String::new() };
        let comma = if index + 1 < fields.len() { "," } else { "" };
        let text = format!(" {}[{range}]{lanes}{comma}", field.name);
        match lines.last_mut() {
            Some(line) if line.len() + text.len() <= HEADER_WIDTH => line.push_str(&text),
            _ => lines.push(format!("     {text}")),
        }
    }
    lines.join("\n")
}

fn cycles(interval: u32) -> String {
    if interval == 1 { "cycle".to_owned() } else { format!("{interval} cycles") }
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn describe(
    design: &Design,
    about: Option<&About>,
    name: String,
    file: String,
    sources: Vec<String>,
    submodules: Vec<String>,
) -> manifest::Module {
    manifest::Module {
        file,
        kind: about.map_or_else(|| part_kind(design.name()), |a| a.kind.clone()),
        config_hash: about.map_or_else(|| config_hash(&design.name()), |a| a.config_hash.clone()),
        params: about.map(|a| a.params.clone()).unwrap_or_default(),
        source: about.map(|a| a.source.clone()).unwrap_or_default(),
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
