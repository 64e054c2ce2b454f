//! What is told of how far the approximations are from their functions.

/// The approximations of a function in the same formats.
pub struct Group {
    /// `exp, s16.12 → u16.15`.
    pub title: String,
    /// The approximations.
    pub curves: Vec<Curve>,
}

/// The error of a unit: output less function.
pub struct Curve {
    /// The group's title.
    pub title: String,
    /// Which approximation.
    pub method: String,
    /// One unit in the last place of the output; none where it differs from row to row.
    pub lsb: Option<f64>,
    /// Mean of the distances.
    pub mean: f64,
    /// Largest error of the formula in exact arithmetic, where there is one.
    pub formula_max: Option<f64>,
    /// Input and error where the distance is largest.
    pub worst: (f64, f64),
    /// First input, smallest and largest error of each range.
    pub bins: Vec<(f64, f64, f64)>,
}

/// The curves of a title stand together.
pub fn grouped(curves: impl IntoIterator<Item = Curve>) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    for curve in curves {
        match groups.iter_mut().find(|group| group.title == curve.title) {
            Some(group) => group.curves.push(curve),
            None => groups.push(Group { title: curve.title.clone(), curves: vec![curve] }),
        }
    }
    groups
}
