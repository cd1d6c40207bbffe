"""Chinese out of typed pinyin, for screens without a keyboard."""
