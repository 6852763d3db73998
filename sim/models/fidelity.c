/* SPDX-License-Identifier: BSD-2-Clause */
#include "sim/models/fidelity.h"

#include <inttypes.h>
#include <stdbool.h>
#include <string.h>

#include "sim/models/model.h"
#include "sim/models/model_texts.h"

/**
 * struct fidelity - What was measured of one model
 * @captures:	Recordings of real boots
 * @real, @model, @both: Packets that the machines sent, that the model sent against the same
 *		answers, and those of both that stand in the same order
 * @fields, @equal: Fields of those packets, and how many are equal
 * @whole:	Packets that are equal in every field
 * @waits, @near: Waits of 0.1 s and more, and those within 10 per cent
 */
struct fidelity {
	uint32_t captures;
	uint32_t real, model, both;
	uint32_t fields, equal, whole;
	uint32_t waits, near;
};

/* Return: false if nothing was measured of it */
static bool find(struct fidelity *ret_fidelity, const char *name)
{
	struct fidelity *f = ret_fidelity;
	size_t size = strlen(name);

	for (const char *line = br_fidelity_text; line; line = strchr(line, '\n')) {
		line += *line == '\n';
		if (strncmp(line, name, size) == 0 && line[size] == '\t')
			return sscanf(line + size,
			              "%" SCNu32 "%" SCNu32 "%" SCNu32 "%" SCNu32 "%" SCNu32
			              "%" SCNu32 "%" SCNu32 "%" SCNu32 "%" SCNu32,
			              &f->captures, &f->real, &f->model, &f->both, &f->fields,
			              &f->equal, &f->whole, &f->waits, &f->near) == 9;
	}
	return false;
}

static void print_share(FILE *to, uint32_t part, uint32_t whole)
{
	if (whole > 0)
		fprintf(to, "  %5.1f%%", 100.0 * part / whole);
	else
		fprintf(to, "       -");
}

void br_fidelity_list(FILE *to)
{
	struct fidelity f;
	struct br_model model;
	const char *name;

	fprintf(to, "%-20s %-32s %7s  %6s  %6s  %6s  %6s\n", "model", "stands for", "packets",
	        "order", "fields", "whole", "waits");
	for (size_t i = 0; (name = br_model_name(i)); i++) {
		fprintf(to, "%-20s %-32s", name,
		        br_model_find(&model, name) == 0 ? model.title : "");
		if (!find(&f, name))
			f = (struct fidelity){0};
		if (f.captures > 0)
			fprintf(to, " %7" PRIu32, f.real);
		else
			fprintf(to, " %7s", "-");
		print_share(to, 2 * f.both, f.real + f.model);
		print_share(to, f.equal, f.fields);
		print_share(to, f.whole, f.real);
		print_share(to, f.near, f.waits);
		fputc('\n', to);
	}
	fprintf(to, "\nHeld against recordings of real boots, with the loaders that ran in them: "
	            "packets "
	            "sent,\nthose in the same order, fields equal in those, packets equal in all "
	            "fields, waits\nequal within a tenth. -: no recording.\n");
}
