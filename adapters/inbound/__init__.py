"""What vendors send us by themselves, read strictly: anybody can pretend to be one."""
