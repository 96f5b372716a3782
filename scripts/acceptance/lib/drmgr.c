/*
 * Sets the state of a logical memory block as drmgr does it without /sys/kernel/dlpar: its functions, unmodified, without the calls of the
 * firmware before and after them. fetch-drmgr.sh compiles this with drmgr's source.
 *
 *   drmgr online|offline ADDRESS SIZE      exits with 0, or 1 if drmgr reports a failure
 */
#include "drslot_chrp_mem.c"

int output_level = DEBUG;
int log_fd;

int rtas_set_debug(int level)
{
	(void)level;
	return 0;
}

int main(int argc, char **argv)
{
	struct dr_node lmb = { 0 };
	char size[DR_STR_MAX];

	if (argc != 4)
		return 2;
	if (get_str_attribute("/sys/devices/system/memory", "/block_size_bytes", size, DR_STR_MAX))
		return 2;
	block_sz_bytes = strtoul(size, NULL, 16);
	lmb.lmb_address = strtoull(argv[2], NULL, 0);
	lmb.lmb_size = strtoull(argv[3], NULL, 0);
	snprintf(lmb.drc_name, sizeof(lmb.drc_name), "LMB %s", argv[2]);
	if (get_mem_scns(&lmb))
		return 2;
	printf("%s: %s\n", lmb.drc_name, lmb.is_removable ? "removable" : "not removable");
	fflush(stdout);
	return set_lmb_state(&lmb, strcmp(argv[1], "online") == 0) != 0;
}
