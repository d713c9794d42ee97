// The one place where Asio's own functions are compiled (see CMakeLists.txt).
#include <boost/asio/impl/src.hpp>
