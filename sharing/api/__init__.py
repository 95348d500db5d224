"""What the API says of the workspace at Sumsub."""
