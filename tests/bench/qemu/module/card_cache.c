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

/* As in drivers/mmc/core/core.h and bus.h of 6.1, which are no headers for modules. */
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

struct mmc_driver {
	struct device_driver drv;
	int (*probe)(struct mmc_card *);
	void (*remove)(struct mmc_card *);
	void (*shutdown)(struct mmc_card *);
};

int mmc_register_driver(struct mmc_driver *);
void mmc_unregister_driver(struct mmc_driver *);

static struct block_device *door;
static struct mmc_bus_ops with_cache;

static bool cache_enabled(struct mmc_host *host)
{
	return true;
}

static int flush_cache(struct mmc_host *host)
{
	return blkdev_issue_flush(door);
}

/* Called before the driver of the disk takes the card, which asks for a cache only once. */
static int probe(struct mmc_card *card)
{
	with_cache = *card->host->bus_ops;
	with_cache.cache_enabled = cache_enabled;
	with_cache.flush_cache = flush_cache;
	card->host->bus_ops = &with_cache;
	pr_info("card_cache: %s has a cache\n", mmc_hostname(card->host));
	return -ENODEV;
}

static struct mmc_driver first = {
	.drv = { .name = "card_cache" },
	.probe = probe,
};

static int __init start(void)
{
	door = blkdev_get_by_path("/dev/vda", FMODE_READ, NULL);
	if (IS_ERR(door))
		return PTR_ERR(door);
	return mmc_register_driver(&first);
}

module_init(start);
MODULE_LICENSE("GPL");
