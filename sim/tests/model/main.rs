//! Models: how they are built and kept, driven, watched and stopped.

mod cache;
mod codegen;
mod common;
mod halts;
mod independence;
mod observe;
mod ports;
mod signed;
mod stream_manifest;
mod wrapper;
