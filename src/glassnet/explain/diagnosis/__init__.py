"""What a run suffered from: probes, findings, and the diagnosis made of them."""
