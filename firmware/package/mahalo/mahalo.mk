################################################################################
#
# mahalo
#
################################################################################

# A tree of files that `make image` lays out before (../image/application-tree.ts): usr/bin/mahalo and what belongs to it.
MAHALO_VERSION = $(shell sed -n 's/^  "version": "\(.*\)",$$/\1/p' $(BR2_EXTERNAL_MAHALO_PATH)/../package.json)
MAHALO_SITE = $(BR2_EXTERNAL_MAHALO_PATH)/build/application
MAHALO_SITE_METHOD = local
MAHALO_LICENSE = Apache-2.0
MAHALO_LICENSE_FILES = usr/share/mahalo/LICENSE
MAHALO_REDISTRIBUTE = NO

define MAHALO_INSTALL_TARGET_CMDS
	cp -a $(@D)/boot $(@D)/etc $(@D)/usr $(TARGET_DIR)/
endef

$(eval $(generic-package))
