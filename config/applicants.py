"""Settings of what applicants see behind their links."""

from config.environment import env

__all__ = [
    "APPLICANT_PRIVACY_URL",
    "APPLICANT_TERMS_URL",
    "APPLICANT_VERIFICATION_URL",
    "COMPANY_NAME",
]

# How the company calls itself to its customers.
COMPANY_NAME = env.str("COMPANY_NAME", "")
# Where the company embeds Sumsub's own verification; and what its customers accept.
APPLICANT_VERIFICATION_URL = env.str("APPLICANT_VERIFICATION_URL", "")
APPLICANT_TERMS_URL = env.str("APPLICANT_TERMS_URL", "")
APPLICANT_PRIVACY_URL = env.str("APPLICANT_PRIVACY_URL", "")
