//! The name that was probably meant.

/// `did you mean …` if one of `names` is near to `wrong`, else the list of them.
pub fn nearest<'a>(wrong: &str, names: impl IntoIterator<Item = &'a str>) -> String {
    let names: Vec<&str> = names.into_iter().collect();
    let best = names
        .iter()
        .map(|name| (strsim::jaro_winkler(wrong, name), *name))
        .filter(|(score, _)| *score > 0.75)
        .max_by(|a, b| a.0.total_cmp(&b.0));
    match best {
        Some((_, name)) => format!("did you mean `{name}`?"),
        None => format!("one of: {}", names.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn near_names_are_named_and_far_ones_listed() {
        assert_eq!(nearest("gleu", ["exp", "gelu", "softmax"]), "did you mean `gelu`?");
        assert_eq!(nearest("delta", ["delta1", "x", "y"]), "did you mean `delta1`?");
        assert_eq!(nearest("zzz", ["exp", "gelu"]), "one of: exp, gelu");
    }
}
