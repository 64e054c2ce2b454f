//! EDA tools at pinned versions: found, installed, run.
