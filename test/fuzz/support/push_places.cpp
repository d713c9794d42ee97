#include "push_places.h"

#include <vector>

#include "model/client_request_id.h"

namespace slipway::fuzz {

namespace {

class Places {
 public:
  Places(const Version& head, const Version& origin) : head_(head), origin_(origin) {}

  void fill_in(json::value& root) {
    if (auto* object = root.if_object()) {
      if (json::value* items = object->if_contains("items"); items && items->is_array()) {
        for (json::value& item : items->get_array()) fill_in_item(item);
      }
    }
    replace(root);
  }

 private:
  void fill_in_item(json::value& item) {
    json::object* object = item.if_object();
    if (!object) return;
    replace(item);
    const json::value* write = find(*object, "write");
    json::value* id = object->if_contains("id");
    if (id && *id == "@" && write && write->is_object())
      *id = client_request_id(write->get_object());
    if (id && id->is_string()) ids_.emplace_back(id->get_string());
  }

  void replace(json::value& value) {
    if (auto* array = value.if_array()) {
      for (json::value& element : *array) replace(element);
    } else if (auto* object = value.if_object()) {
      for (auto& member : *object) replace(member.value());
    } else if (auto* text = value.if_string(); text && text->size() > 1 && text->starts_with('@')) {
      if (*text == "@cursor")
        value = to_json(head_);
      else if (*text == "@next")
        value = to_json(origin_);
      else if (const auto at = std::size_t(text->back() - '0'); at < ids_.size())
        value = ids_[at];
    }
  }

  const Version &head_, &origin_;
  std::vector<std::string> ids_;
};

}  // namespace

void fill_in_push(json::value& request, const Version& head, const Version& origin) {
  Places(head, origin).fill_in(request);
}

}  // namespace slipway::fuzz
