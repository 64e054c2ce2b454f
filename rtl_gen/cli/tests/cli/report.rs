//! `espalier report`: a page that is whole, well-formed and alone.

use std::fs;
use std::path::Path;

use crate::common::{json, root};
use scraper::{Html, Selector};

/// The digits' test images: the last of the set.
const TEST_IMAGES: usize = 300;

fn all(page: &Html, selector: &str) -> usize {
    page.select(&Selector::parse(selector).expect("a selector")).count()
}

#[test]
fn a_quick_page_has_every_section_and_links_nowhere() {
    let dir = tempfile::tempdir().expect("a folder");
    let out = dir.path().join("page").display().to_string();
    let written = json(&["report", "--quick", "--json", "--out", &out]);
    let path = written["page"].as_str().expect("the page's path");
    let text = fs::read_to_string(path).expect("the page");
    let page = Html::parse_document(&text);
    assert!(page.errors.is_empty(), "{:?}", page.errors);
    for section in ["mac-use", "timeline", "patches", "resources", "errors", "selectors"] {
        assert_eq!(all(&page, &format!("section#{section} > h2")), 1, "{section}");
    }
    assert_eq!(all(&page, "p.missing"), 5, "what was left out is said");
    // A curve of every approximation, its largest error marked.
    let functions = reference::error_table().expect("they are legal").len();
    // Two formats of softmax in both forms, two of layer norm with γ, β and without, the reciprocal square root.
    let approximations = functions + 2 * 2 + 2 * 2 + 1;
    assert_eq!(all(&page, "#errors svg polygon"), approximations);
    assert_eq!(all(&page, "#errors svg circle"), approximations);
    assert_eq!(all(&page, "script, link, img, iframe, object, a"), 0);
    for word in ["href", "src=", "url(", "@import", "://"] {
        assert!(!text.contains(word), "{word}");
    }
    assert!(text.contains("@media (prefers-color-scheme: dark)"));
    assert_eq!(json(&["report", "--quick", "--json", "--out", &out]), written, "again, over the old one");
}

/// The first test digits as a set of their own, and what the accelerator keeps of each.
fn kept_of_test_digits(dir: &Path, digits: usize) -> Vec<u64> {
    let text = fs::read_to_string(root().join("vit/data/digits.csv")).expect("the digits");
    let lines: Vec<&str> = text.lines().collect();
    let tests = &lines[lines.len() - TEST_IMAGES..][..digits];
    let (csv, out) = (dir.join("set.csv"), dir.join("run").display().to_string());
    fs::write(&csv, [&lines[..1], tests].concat().join("\n") + "\n").expect("written");
    let csv = csv.display().to_string();
    let run = json(&["run", "--data", &csv, "--model", "digits-heatvit", "--out", &out, "--json"]);
    let results = run["results"].as_array().expect("a list");
    results.iter().map(|result| result["tokens_kept"][0].as_u64().expect("a number")).collect()
}

#[test]
fn as_many_patches_are_crossed_out_as_the_accelerator_drops() {
    let dir = tempfile::tempdir().expect("a folder");
    let out = dir.path().join("page").display().to_string();
    let written = json(&["report", "--only", "patches", "--json", "--out", &out]);
    let text = fs::read_to_string(written["page"].as_str().expect("the page's path")).expect("the page");
    let page = Html::parse_document(&text);
    assert!(page.errors.is_empty(), "{:?}", page.errors);
    assert_eq!(all(&page, "p.missing"), 4, "only this section is measured");

    let dropped = Selector::parse(".dropped").expect("a selector");
    let svgs = Selector::parse("#patches svg").expect("a selector");
    let crossed: Vec<u64> = page.select(&svgs).map(|svg| svg.select(&dropped).count() as u64).collect();
    let (digits, deit) = crossed.split_at(crossed.len() - 3);
    let kept: Vec<u64> = digits.iter().map(|dropped| 16 - dropped).collect();
    assert!(digits.len() > 4 && kept == kept_of_test_digits(dir.path(), digits.len()), "{kept:?}");
    // HeatViT's 0.70/0.39/0.21 of 196 patches, rounded up.
    assert_eq!(deit, [196 - 138, 196 - 77, 196 - 42]);
    for word in ["href", "src=", "url(", "://"] {
        assert!(!text.contains(word), "{word}");
    }
}
