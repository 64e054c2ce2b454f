//! Every public item of the library has an example that runs.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use syn::{Attribute, ImplItem, Item, UseTree, Visibility};

#[test]
fn every_public_item_has_an_example() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = vec![];
    list(&src, &mut files);
    let mut exported = BTreeSet::new();
    for item in parse(&src.join("lib.rs")).items {
        if let Item::Use(item) = item
            && matches!(item.vis, Visibility::Public(_))
        {
            leaves(&item.tree, &mut exported);
        }
    }
    let mut bare = vec![];
    for file in &files {
        let in_prim = file.strip_prefix(&src).is_ok_and(|file| file.starts_with("prim"));
        for item in parse(file).items {
            check(item, &exported, in_prim, &mut |name| bare.push(format!("{}: {name}", file.display())));
        }
    }
    assert!(exported.contains("Module") && files.len() > 40, "the library was not found");
    assert!(bare.is_empty(), "without an example:\n{}", bare.join("\n"));
}

/// Reports the item, and each public function in it, that a user can name and that has no example.
fn check(item: Item, exported: &BTreeSet<String>, everything: bool, report: &mut impl FnMut(String)) {
    let (vis, ident, attributes) = match item {
        Item::Struct(item) => (item.vis, item.ident, item.attrs),
        Item::Enum(item) => (item.vis, item.ident, item.attrs),
        Item::Trait(item) => (item.vis, item.ident, item.attrs),
        Item::Fn(item) => (item.vis, item.sig.ident, item.attrs),
        Item::Impl(item) if item.trait_.is_none() => {
            let syn::Type::Path(path) = &*item.self_ty else { return };
            let owner = path.path.segments.last().map(|segment| segment.ident.to_string()).unwrap_or_default();
            for function in item.items {
                if let ImplItem::Fn(function) = function
                    && matches!(function.vis, Visibility::Public(_))
                    && exported.contains(&owner)
                    && !has_example(&function.attrs)
                {
                    report(format!("{owner}::{}", function.sig.ident));
                }
            }
            return;
        }
        _ => return,
    };
    let named = matches!(vis, Visibility::Public(_)) && (everything || exported.contains(&ident.to_string()));
    if named && !has_example(&attributes) {
        report(ident.to_string());
    }
}

fn has_example(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        matches!(&attribute.meta, syn::Meta::NameValue(doc) if doc.path.is_ident("doc")
            && matches!(&doc.value, syn::Expr::Lit(text) if matches!(&text.lit, syn::Lit::Str(text) if text.value().contains("```"))))
    })
}

fn leaves(tree: &UseTree, names: &mut BTreeSet<String>) {
    match tree {
        UseTree::Path(path) => leaves(&path.tree, names),
        UseTree::Name(name) => drop(names.insert(name.ident.to_string())),
        UseTree::Rename(name) => drop(names.insert(name.rename.to_string())),
        UseTree::Group(group) => group.items.iter().for_each(|tree| leaves(tree, names)),
        UseTree::Glob(_) => panic!("a glob hides what is exported"),
    }
}

fn list(dir: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(dir).expect("the sources") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            list(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
}

fn parse(path: &Path) -> syn::File {
    syn::parse_file(&fs::read_to_string(path).expect("a source file")).expect("Rust")
}
