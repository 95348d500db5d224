"""The donor's side and the partner register, and the one gateway to Sumsub."""
