// What a Loop is made of. Only for the .cpp files of this folder.
#pragma once

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>

#include "http/loop.h"

namespace slipway::http {

namespace asio = boost::asio;

struct Loop::Impl {
  asio::io_context context{1};  // one thread runs it; others may still post
  asio::executor_work_guard<asio::io_context::executor_type> work{context.get_executor()};
};

}  // namespace slipway::http
