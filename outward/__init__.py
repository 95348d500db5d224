"""What leaves the house for addresses that people entered: signed, guarded, with a bounded answer.

Knows neither Django nor Sumsub nor us: addresses in, an outcome out.
"""
