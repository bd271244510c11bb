// SPDX-License-Identifier: GPL-2.0
/*
 * Gives QEMU's SD card what an eMMC has: a volatile cache and a command that empties it.
 *
 * The kernel then sends its flushes to the card as it does on a ModuCop. This card knows no such command; so the
 * flush goes to a second door of the same disk, a virtio one, where QEMU hears it in its place among the writes.
 */
#include <linux/blkdev.h>
#include <linux/mmc/card.h>
#include <linux/mmc/host.h>
#include <linux/module.h>

/* As in drivers/mmc/core/core.h of 6.1, and a macro of card.h there, which are no headers for modules. */
#define mmc_dev_to_card(d) container_of(d, struct mmc_card, dev)

struct mmc_bus_ops {
	void (*remove)(struct mmc_host *);
	void (*detect)(struct mmc_host *);
	int (*pre_suspend)(struct mmc_host *);
	int (*suspend)(struct mmc_host *);
	int (*resume)(struct mmc_host *);
	int (*runtime_suspend)(struct mmc_host *);
	int (*runtime_resume)(struct mmc_host *);
	int (*alive)(struct mmc_host *);
	int (*shutdown)(struct mmc_host *);
	int (*hw_reset)(struct mmc_host *);
	int (*sw_reset)(struct mmc_host *);
	bool (*cache_enabled)(struct mmc_host *);
	int (*flush_cache)(struct mmc_host *);
};

static struct block_device *door;
static struct block_device *disk;
static struct mmc_bus_ops with_cache;

static bool cache_enabled(struct mmc_host *host)
{
	return true;
}

static int flush_cache(struct mmc_host *host)
{
	return blkdev_issue_flush(door);
}

/* To be loaded before anything on the disk is mounted. Its driver, which the kernel has built in, asked for a cache
 * when it took the card and was told of none; so both are told now. */
static int __init start(void)
{
	struct mmc_host *host;

	door = blkdev_get_by_path("/dev/vda", FMODE_READ, NULL);
	if (IS_ERR(door))
		return PTR_ERR(door);
	disk = blkdev_get_by_path("/dev/mmcblk0", FMODE_READ, NULL);
	if (IS_ERR(disk)) {
		blkdev_put(door, FMODE_READ);
		return PTR_ERR(disk);
	}
	host = mmc_dev_to_card(disk_to_dev(disk->bd_disk)->parent)->host;
	with_cache = *host->bus_ops;
	with_cache.cache_enabled = cache_enabled;
	with_cache.flush_cache = flush_cache;
	host->bus_ops = &with_cache;
	blk_queue_write_cache(bdev_get_queue(disk), true, false);
	pr_info("card_cache: %s has a cache\n", mmc_hostname(host));
	return 0;
}

module_init(start);
MODULE_LICENSE("GPL");
