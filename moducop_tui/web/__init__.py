"""Reads from web servers, for the looks at an artifact and for its download: the one place that speaks HTTP.

Written against servers that mean harm: every wait has an end and can be given up, every byte that is no content is
counted, and what may be sent in which form is a short list. Certificates are checked. A server can't lead a request
to anything but a web server, from an encrypted place to one that is not, or from outside to this device or its network.
"""
