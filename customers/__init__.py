"""The recipient's side: imports and their rows, redemption, customers and applications."""
