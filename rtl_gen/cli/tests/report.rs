//! `espalier report`: a page that is whole, well-formed and alone.

mod common;

use std::fs;

use common::json;
use scraper::{Html, Selector};

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
    for section in ["mac-use", "timeline", "resources", "errors", "selectors"] {
        assert_eq!(all(&page, &format!("section#{section} > h2")), 1, "{section}");
    }
    assert_eq!(all(&page, "p.missing"), 4, "what was left out is said");
    // A curve of every approximation, its largest error marked.
    let approximations = reference::error_table().expect("they are legal").len();
    assert_eq!(all(&page, "#errors svg polygon"), approximations);
    assert_eq!(all(&page, "#errors svg circle"), approximations);
    assert_eq!(all(&page, "script, link, img, iframe, object, a"), 0);
    for word in ["href", "src=", "url(", "@import", "://"] {
        assert!(!text.contains(word), "{word}");
    }
    assert!(text.contains("@media (prefers-color-scheme: dark)"));
    assert_eq!(json(&["report", "--quick", "--json", "--out", &out]), written, "again, over the old one");
}
