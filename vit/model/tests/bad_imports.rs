//! Broken checkpoints of other libraries, each with its message.

use std::collections::BTreeMap;
use std::path::Path;

use model::{Beside, import, import_bytes};
use safetensors::tensor::{Dtype, SafeTensors, TensorView};

type Tensors = BTreeMap<String, (Dtype, Vec<usize>, Vec<u8>)>;

fn read(name: &str) -> Vec<u8> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(name);
    std::fs::read(path).expect("a fixture")
}

fn text(name: &str) -> Option<(String, String)> {
    Some(("config.json".into(), String::from_utf8(read(name)).expect("text")))
}

fn tensors(name: &str) -> Tensors {
    let bytes = read(&format!("{name}/model.safetensors"));
    let file = SafeTensors::deserialize(&bytes).expect("a container");
    let all =
        file.iter().map(|(name, view)| (name.to_owned(), (view.dtype(), view.shape().to_vec(), view.data().to_vec())));
    all.collect()
}

fn bytes(tensors: &Tensors) -> Vec<u8> {
    let views = tensors.iter().map(|(name, (dtype, shape, data))| {
        (name.as_str(), TensorView::new(*dtype, shape.clone(), data).expect("it fits"))
    });
    safetensors::serialize(views, None).expect("it fits")
}

fn message(name: &str, change: impl FnOnce(&mut Tensors)) -> String {
    let mut tensors = tensors(name);
    change(&mut tensors);
    let beside = Beside { config: text(&format!("{name}/config.json")), preprocessor: None };
    import_bytes("net.safetensors", &bytes(&tensors), &beside, None).expect_err("it is broken").to_string()
}

/// The message for a `config.json` with `from` replaced.
fn config_message(name: &str, from: &str, to: &str) -> String {
    let (place, config) = text(&format!("{name}/config.json")).expect("a fixture");
    assert!(config.contains(from), "{from}");
    let beside = Beside { config: Some((place, config.replace(from, to))), preprocessor: None };
    import_bytes("net.safetensors", &bytes(&tensors(name)), &beside, None).expect_err("it is wrong").to_string()
}

const QUERY: &str = "vit.encoder.layer.1.attention.attention.query.weight";

#[test]
fn tensors_that_are_wrong_are_named() {
    let missing = message("hf", |t| drop(t.remove(QUERY)));
    assert_eq!(
        missing,
        format!("net.safetensors: tensor `{QUERY}` is missing; expected f32, f16 or bf16 of shape [24, 24]")
    );
    let shape = message("timm", |t| t.get_mut("blocks.1.attn.qkv.weight").expect("it is there").1 = vec![24, 72]);
    assert!(
        shape.contains("`blocks.1.attn.qkv.weight` has shape [24, 72]; expected f32, f16 or bf16 of shape [72, 24]")
    );
    let dtype = message("hf", |t| t.get_mut(QUERY).expect("it is there").0 = Dtype::I32);
    assert!(dtype.contains("holds I32; expected f32, f16 or bf16"), "{dtype}");
    for (name, tensor, bits, word) in [
        ("hf", QUERY, f32::NAN.to_le_bytes().to_vec(), "NaN"),
        ("timm", "norm.bias", vec![0, 0x7c], "inf"),
        ("lv_vit", "norm.bias", vec![0x80, 0xff], "-inf"),
    ] {
        let infinite = message(name, |t| {
            let data = &mut t.get_mut(tensor).expect("it is there").2;
            let from = 3 * bits.len();
            data[from..from + bits.len()].copy_from_slice(&bits);
        });
        assert!(infinite.contains(&format!("tensor `{tensor}` is {word} at element 3")), "{infinite}");
    }
    let extra = message("timm", |t| drop(t.insert("reg_token".into(), (Dtype::F16, vec![1], vec![0; 2]))));
    assert!(
        extra.contains("`reg_token` belongs to no layer of this network; expected the tensors of a plain ViT of timm")
    );
    let positions = message("timm", |t| {
        let position = t.get_mut("pos_embed").expect("it is there");
        (position.1, position.2) = (vec![1, 16, 24], vec![0; 16 * 24 * 2]);
    });
    assert!(positions.contains("`pos_embed` has 16 positions; expected positions of one class token and of a square"));
    let bias = message("hf", |t| drop(t.remove("vit.encoder.layer.0.attention.attention.key.bias")));
    assert!(bias.contains("`vit.encoder.layer.0.attention.attention.key.bias` is missing"), "{bias}");
}

#[test]
fn truncated_files_are_refused_at_every_length() {
    for name in ["hf", "timm", "lv_vit"] {
        let whole = read(&format!("{name}/model.safetensors"));
        for length in [0, 7, 8, 500, whole.len() / 2, whole.len() - 1] {
            let refused = import_bytes("net.safetensors", &whole[..length], &Beside::default(), None);
            let text = refused.expect_err("it is not whole").to_string();
            assert!(text.contains("not a complete safetensors file"), "{length}: {text}");
        }
    }
}

#[test]
fn networks_of_another_kind_are_refused() {
    let distilled = message("hf", |t| {
        drop(t.insert("vit.embeddings.distillation_token".into(), (Dtype::F32, vec![1], vec![0; 4])));
    });
    assert!(
        distilled.contains("is a distilled DeiT (tensor `vit.embeddings.distillation_token`): it has two class tokens")
    );
    let distilled = message("timm", |t| drop(t.insert("head_dist.weight".into(), (Dtype::F16, vec![1], vec![0; 2]))));
    assert!(distilled.contains("is a distilled DeiT"), "{distilled}");
    let other = message("hf", |t| t.retain(|name, _| name.starts_with("classifier")));
    assert!(other.contains("has no tensor of a first encoder block; give a ViT or DeiT of Hugging Face"), "{other}");
}

#[test]
fn configurations_that_do_not_fit_are_refused() {
    for (name, from, to, part) in [
        ("hf", "\"hidden_size\": 24", "\"hidden_size\": 25", "`hidden_size` is 25, but the tensors have 24"),
        ("hf", "\"image_size\": 16", "\"image_size\": [16, 8]", "`image_size` is [16,8]; write a whole number"),
        ("hf", "\"gelu\"", "\"relu\"", "`hidden_act` is `relu`; the units compute GELU only"),
        (
            "hf",
            "\"num_attention_heads\": 3",
            "\"num_attention_heads\": 5",
            "`heads` is 5, which does not divide `embed` = 24",
        ),
        (
            "hf",
            "\"num_attention_heads\": 3",
            "\"x\": 3",
            "24 channels are no heads of 64; put its config.json beside it",
        ),
        ("timm", "\"token\"", "\"avg\"", "`global_pool` is `avg`; only the class token is classified"),
        ("timm", "\"depth\": 2", "\"depth\": 12", "`depth` is 12, but the tensors have 2"),
        ("timm", "\"bicubic\"", "\"cubic\"", "`interpolation` is `cubic`; write bicubic, bilinear"),
        ("timm", "\"crop_pct\": 0.9", "\"crop_pct\": 9", "`crop_pct` is 9; write a number from 0.1 to 1"),
        (
            "lv_vit",
            "\"skip_lam\": 2.0",
            "\"x\": 2",
            "is no published LV-ViT (24 channels), so that its `skip_lam` is not known",
        ),
    ] {
        let text = config_message(name, from, to);
        assert!(text.contains(part), "{text}");
    }
    assert!(config_message("hf", "{", "").contains("config.json: is not JSON"));
    let missing = import(Path::new("no/such"), None).expect_err("there is none").to_string();
    assert!(missing.contains("cannot read checkpoint no/such"), "{missing}");
}

#[test]
fn preprocessings_that_do_not_fit_are_refused() {
    let refused = |preprocessor: &str| {
        let preprocessor = Some(("preprocessor_config.json".into(), preprocessor.into()));
        let beside = Beside { config: text("hf/config.json"), preprocessor };
        let tensors = bytes(&tensors("hf"));
        import_bytes("net.safetensors", &tensors, &beside, None).expect_err("it is wrong").to_string()
    };
    for (preprocessor, part) in [
        ("{\"size\": 32}", "gives images of 32×32 pixels, but the tensors are for 16×16"),
        ("{\"size\": 16, \"image_mean\": [1, 2]}", "`image_mean` is [1,2]; write one number a plane, 1 or 3"),
        ("{\"size\": 16, \"image_std\": [0, 1, 1]}", "write as many positive numbers"),
        ("{\"size\": 16, \"image_mean\": [0.5], \"image_std\": [0.5]}", "has 1 planes, but the tensors are for 3"),
        ("{\"size\": {\"height\": 16, \"width\": 8}}", "`crop_size` is 16×8; give a square"),
        ("{\"size\": \"large\"}", "`size` is \"large\"; write a number from 1 to 4096"),
        ("{\"resample\": 9}", "`resample` is 9; write 0, 1, 2 or 3"),
        ("[", "preprocessor_config.json: is not JSON"),
    ] {
        let text = refused(preprocessor);
        assert!(text.contains(part), "{text}");
    }
}

/// Zeros of the shapes that a selector before block 1 has.
fn selectors() -> Tensors {
    let (heads, width) = (3, 8);
    let shapes = [
        ("local.weight", vec![heads, width, width / 2]),
        ("local.bias", vec![heads, width / 2]),
        ("score1.weight", vec![heads, width, width / 2]),
        ("score1.bias", vec![heads, width / 2]),
        ("score2.weight", vec![heads, width / 2, width / 4]),
        ("score2.bias", vec![heads, width / 4]),
        ("score3.weight", vec![heads, width / 4, 2]),
        ("score3.bias", vec![heads, 2]),
        ("branch1.weight", vec![heads, heads]),
        ("branch1.bias", vec![heads]),
        ("branch2.weight", vec![heads, heads]),
        ("branch2.bias", vec![heads]),
    ];
    let tensor = |(name, shape): (&str, Vec<usize>)| {
        let size: usize = shape.iter().product();
        (format!("selectors.1.{name}"), (Dtype::F32, shape, vec![0; 4 * size]))
    };
    shapes.into_iter().map(tensor).collect()
}

#[test]
fn selectors_come_from_a_file_of_their_own() {
    let network = bytes(&tensors("hf"));
    let beside = Beside { config: text("hf/config.json"), preprocessor: None };
    let with = |selectors: &Tensors| {
        import_bytes("net.safetensors", &network, &beside, Some(("selectors.safetensors", &bytes(selectors))))
    };
    let read = with(&selectors()).expect("they fit");
    assert_eq!(read.checkpoint.arch.pruning, spec::network::Pruning::Heatvit { before: vec![1] });
    let mut missing = selectors();
    missing.remove("selectors.1.score2.bias");
    let text = with(&missing).expect_err("one is missing").to_string();
    assert!(text.contains("selectors.safetensors: tensor `selectors.1.score2.bias` is missing"), "{text}");
    let mut extra = selectors();
    extra.insert("selectors.1.score4.bias".into(), (Dtype::F32, vec![1], vec![0; 4]));
    let text = with(&extra).expect_err("one is too many").to_string();
    assert!(text.contains("`selectors.1.score4.bias` belongs to no selector"), "{text}");
    let mut late = selectors();
    late.insert("selectors.7.local.bias".into(), (Dtype::F32, vec![1], vec![0; 4]));
    let text = with(&late).expect_err("there is no block 7").to_string();
    assert!(text.contains("`pruning` names block 7 of 2; name blocks from 1 to 1"), "{text}");
}
