"""Text, XML and clock times as files hold them."""
