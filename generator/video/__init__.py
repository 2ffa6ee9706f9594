"""Moving pictures as files, written and read by FFmpeg's libraries and Pillow."""
