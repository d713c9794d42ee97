// Which machine this is and which file: told to the store, so that a database that was copied or
// restored is noticed.
#pragma once

#include <string>

namespace slipway::app {

// Of machine, inode and birth of the file; a copy differs, a rename does not. "": not known here.
std::string place_of(const std::string& file);

// Of this boot of the machine; "": not known here.
std::string boot_of_machine();

}  // namespace slipway::app
