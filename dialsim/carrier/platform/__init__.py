"""An outsourced call centre: what its other clients do reaches this one."""
