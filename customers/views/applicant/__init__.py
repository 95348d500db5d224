"""Pages behind an applicant's link, for people who are not signed in."""
