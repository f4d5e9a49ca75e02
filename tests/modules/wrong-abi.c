/* SPDX-License-Identifier: MIT */
#include <ctstream.h>

/* Built for another version of the contract. Written out, since the macro knows only this one. */

__attribute__ ((visibility ("default"))) extern const CtsModuleInfo cts_module;
const CtsModuleInfo cts_module = {
  .magic = CTS_MODULE_MAGIC,
  .abi_version = CTS_ABI_VERSION + 3,
  .size = sizeof (CtsModuleInfo),
  .id = "wrong-abi",
  .description = "Speaks another version",
  .version = "1.0",
  .license = "MIT",
};
