"""What templates say about states, figures and shares; no view or model knows these."""
