"""The applicant supplies what is missing: links, what they ask for, what comes back."""
