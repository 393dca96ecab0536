# What `make image` builds (../docs/firmware.md), as an external tree of Buildroot.
include $(sort $(wildcard $(BR2_EXTERNAL_MAHALO_PATH)/package/*/*.mk))

# U-Boot's whole environment, as one file where board/common/uboot/uboot.fragment says it is.
MAHALO_BOARD_FOLDER = $(BR2_EXTERNAL_MAHALO_PATH)/board/$(call qstrip,$(BR2_MAHALO_BOARD))
define MAHALO_UBOOT_ENVIRONMENT
	cat $(BR2_EXTERNAL_MAHALO_PATH)/board/common/uboot/boot.env \
		$(MAHALO_BOARD_FOLDER)/uboot.env > $(@D)/mahalo.env
endef
UBOOT_POST_PATCH_HOOKS += MAHALO_UBOOT_ENVIRONMENT
