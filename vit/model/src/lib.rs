//! The model side: data, checkpoints, quantisation.
