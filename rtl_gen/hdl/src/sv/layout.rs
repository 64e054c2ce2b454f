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

/// The lines of a comment paragraph.
pub(crate) fn wrap_comment(paragraph: &str) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in paragraph.split(' ') {
        let last = lines.last_mut().map_or(0, |l| l.len());
        if last > 0 && last + 1 + word.len() > WIDTH - 6 {
            lines.push(String::new());
        }
        if let Some(line) = lines.last_mut() {
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
    }
    lines
}
