// The template language: what is text, what is a name, what is encoded, what is refused.
#include "transport/template.h"

#include <gtest/gtest.h>

namespace slipway::test {
namespace {

const json::object values{{"id", "a/b?c=ü"}, {"n", 7},      {"flag", true}, {"none", nullptr},
                          {"list", {1, 2}},  {"empty", ""}, {"word", "x y"}};

TemplateValues named() {
  return [](std::string_view name) { return find(values, name); };
}

TEST(Template, NamesStandInBracesAndDoubledBracesAreBraces) {
  using Pieces = std::vector<TemplatePiece>;
  EXPECT_EQ(*parse_template("a{id}b{n}"),
            (Pieces{{"a", false}, {"id", true}, {"b", false}, {"n", true}}));
  EXPECT_EQ(*parse_template("{{id}} {n}"), (Pieces{{"{id} ", false}, {"n", true}}));
  EXPECT_EQ(*parse_template(""), Pieces{});
}

TEST(Template, WhatIsNoTemplateIsRefusedWithItsText) {
  for (const char* text : {"/a/{id", "/a/id}", "/a/{}", "/a/{two words}", "/a/{1st}", "/{a{b}}"}) {
    const auto parsed = parse_template(text);
    ASSERT_FALSE(parsed) << text;
    EXPECT_EQ(parsed.error().type, "bad-template");
    EXPECT_NE(parsed.error().message.find(text), std::string::npos) << parsed.error().message;
  }
  for (const char* path :
       {"customers", "", "{id}", "/a b", "/a#b", "/ä", "/a\"b", "/a\nb", "/{{x}}"})
    EXPECT_FALSE(parse_path_template(path)) << path;
  EXPECT_TRUE(parse_path_template("/a/{id}/b?x=%20&y={n}&z=[1]"));
}

TEST(Template, NoValueAddsASegmentOrAParameterToAPath) {
  EXPECT_EQ(*fill_path("/c/{id}/x?n={n}&f={flag}&w={word}", named()),
            "/c/a%2Fb%3Fc%3D%C3%BC/x?n=7&f=true&w=x%20y");
}

TEST(Template, APathWithoutAValueIsNoPath) {
  for (const char* name : {"none", "absent", "list", "empty"}) {
    const auto path = fill_path(std::string("/c/{") + name + "}", named());
    ASSERT_FALSE(path) << name;
    EXPECT_NE(path.error().message.find(name), std::string::npos);
  }
}

TEST(Template, ABodyKeepsTypesAndLeavesOutWhatHasNoValue) {
  const json::value body{{"number", "{n}"},    {"flag", "{flag}"},    {"null", "{none}"},
                         {"gone", "{absent}"}, {"text", "n is {n}"},  {"inner", {{"l", "{list}"}}},
                         {"fixed", 3},         {"all", {"{n}", "b"}}, {"half", "<{absent}>"}};
  EXPECT_EQ(fill_body(body, named()), (json::value{{"number", 7},
                                                   {"flag", true},
                                                   {"null", nullptr},
                                                   {"text", "n is 7"},
                                                   {"inner", {{"l", {1, 2}}}},
                                                   {"fixed", 3},
                                                   {"all", {7, "b"}},
                                                   {"half", "<>"}}));
  EXPECT_EQ(*names_in(body),
            (std::vector<std::string>{"n", "flag", "none", "absent", "n", "list", "n", "absent"}));
}

}  // namespace
}  // namespace slipway::test
