"""Pictures to take home: enlarged, cut out, cropped."""
