//! The tokens between the blocks.

/// Tokens on their way through the network.
pub(super) struct Stream {
    /// The residual stream, tokens × D.
    pub x: Vec<i32>,
    /// Which patch a token is; none for the class token and for package and fused tokens.
    pub patch: Vec<Option<usize>>,
    /// Whether the last token is a package token.
    pub package: bool,
}

impl Stream {
    /// The patches that are still there by themselves, ascending.
    pub fn patches_left(&self) -> Vec<usize> {
        let mut patches: Vec<usize> = self.patch.iter().copied().flatten().collect();
        patches.sort_unstable();
        patches
    }
}
