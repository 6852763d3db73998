/* SPDX-License-Identifier: BSD-2-Clause */
/* sim/serve/config_file.h - the words of `serve` in a file, TOML
 *
 *	role = ["dhcp", "tftp"]			# a key and its value, as in role=dhcp,tftp
 *	boot = ["grubx64.efi@arch:7", "x"]	# one word each, in this order
 *	windowsize = true			# on
 *	[serve]					# options, as in --address
 *	address = "10.77.0.1/24"
 *
 * boot, menu, reserve, subnet and pool are as many words as their array has elements; of any other
 * key the elements are put together with commas.
 */
#ifndef BR_SIM_SERVE_CONFIG_FILE_H
#define BR_SIM_SERVE_CONFIG_FILE_H

#include "sim/serve/serve_options.h"

/**
 * br_config_file_read() - Read all of it
 * @rows:	br_serve_option_rows
 * @options:	.config takes the keys, the rest what is in [serve]; strings are kept in .kept
 * @error:	On failure: one line, FILE:LINE:COLUMN
 *
 * Return: 0, -EINVAL, or what open() and read() said
 */
int br_config_file_read(const char *path, const struct br_option *rows,
                        struct br_serve_options *options, char *error, size_t error_size);

#endif /* BR_SIM_SERVE_CONFIG_FILE_H */
