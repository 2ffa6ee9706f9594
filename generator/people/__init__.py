"""People by wish: faces that fit a brief, found among a hundred thousand seeds and brought the last bit by sliders.

Predict (`predictor`), screen (`screening`), mend (`mending`), choose (`finding`): see docs/people-method.md.
"""
