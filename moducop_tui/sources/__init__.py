"""Reads the device, one topic a source; writes nothing. Each source stands behind `model.ports.Source`."""
