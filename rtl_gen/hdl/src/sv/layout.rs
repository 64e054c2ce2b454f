//! Breaking long lines.

use pretty::RcDoc;

use super::WIDTH;

pub(crate) type Doc = RcDoc<'static, ()>;

pub(crate) fn text(text: impl Into<String>) -> Doc {
    RcDoc::text(text.into())
}

/// `doc` in lines of at most [`WIDTH`] columns at the given indentation, continuation lines indented by four more.
pub(crate) fn render(doc: Doc, indent: usize) -> String {
    let mut out = Vec::new();
    let width = WIDTH.saturating_sub(2 * indent);
    let rendered = doc.nest(4).group().render(width, &mut out);
    let text = String::from_utf8_lossy(&out).into_owned();
    debug_assert!(rendered.is_ok());
    text.lines().map(str::trim_end).collect::<Vec<_>>().join("\n")
}

/// The texts of a module's header as paragraphs: a text continues the one before, an empty one begins a paragraph, and
/// lines that begin with a space stay lines of their own.
pub(crate) fn paragraphs(texts: &[String]) -> Vec<String> {
    let mut out = vec![String::new()];
    for text in texts {
        if text.is_empty() {
            out.push(String::new());
        }
        let Some(paragraph) = out.last_mut() else { continue };
        for line in text.lines() {
            let last = paragraph.rsplit('\n').next().unwrap_or_default();
            if !last.is_empty() {
                paragraph.push(if is_verbatim(line) || is_verbatim(last) { '\n' } else { ' ' });
            }
            paragraph.push_str(line);
        }
    }
    out.retain(|paragraph| !paragraph.is_empty());
    out
}

fn is_verbatim(line: &str) -> bool {
    line.starts_with(' ')
}

/// The lines of a comment; `a = b` stays together, and a line that begins with a space stays as it is.
pub(crate) fn wrap_comment(paragraph: &str) -> Vec<String> {
    if is_verbatim(paragraph) {
        return vec![paragraph.to_owned()];
    }
    let mut words: Vec<String> = Vec::new();
    for word in paragraph.split_whitespace() {
        match words.last_mut() {
            Some(last) if word == "=" || last.ends_with(" =") => *last = format!("{last} {word}"),
            _ => words.push(word.to_owned()),
        }
    }
    let mut lines = vec![String::new()];
    for word in words {
        match lines.last_mut() {
            Some(line) if line.is_empty() => *line = word,
            Some(line) if line.len() + 1 + word.len() <= WIDTH - 6 => {
                line.push(' ');
                line.push_str(&word);
            }
            _ => lines.push(word),
        }
    }
    lines
}
