#include <algorithm>
#include <array>
#include <string>
#include <utility>
#include <vector>

#include "base/check.h"
#include "regions/folded.h"
#include "regions/place.h"

namespace meridian {

namespace {

constexpr std::string_view kEu27 =
    "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK";
constexpr std::string_view kRestOfEea = "IS LI NO";
constexpr std::string_view kUkAndSwitzerland = "GB CH";
constexpr std::string_view kRestOfEurope = "AD AL BA FO GG GI IM JE MC MD ME MK RS SM TR UA VA";
constexpr std::string_view kMiddleEast = "AE BH IL IQ JO KW LB OM PS QA SA YE";
constexpr std::string_view kAfrica =
    "AO BF BI BJ BW CD CF CG CI CM CV DJ DZ EG ER ET GA GH GM GN GQ GW KE KM LR LS LY MA MG ML MR "
    "MU MW MZ NA NE NG RW SC SD SL SN SO SS ST SZ TD TG TN TZ UG ZA ZM ZW";
constexpr std::string_view kApac =
    "AU BD BN BT FJ HK ID IN JP KH KR LA LK MM MN MO MV MY NP NZ PG PH PK SG TH TL TW VN";
constexpr std::string_view kLatam = "AR BO BR CL CO CR DO EC GT HN MX NI PA PE PY SV UY";

struct GroupRow {
  std::string_view word;
  std::array<std::string_view, 6> countries;  // Lists; the rest empty.
};

// Where usage differs, a word here is the narrower meaning, because a rule that is too narrow is
// noticed and one that is too wide is not:
//   eu      the 27 members, without their territories overseas. Not the UK, not Switzerland.
//   europe  EEA, UK and Switzerland, which is what most vendors call Europe.
//   apac    without mainland China; emea without Russia and Belarus. Rules name those.
//   na      the US and Canada; Mexico is in latam.
//   us      by place: AWS GovCloud and Azure Government stand in the US, so they are in it.
// `me` and `na` are also the ISO codes of Montenegro and Namibia, which are "in ME" and "in NA".
constexpr auto kGroups = std::to_array<GroupRow>({
    {"eu", {kEu27}},
    {"eea", {kEu27, kRestOfEea}},
    {"europe", {kEu27, kRestOfEea, kUkAndSwitzerland}},
    {"uk", {"GB"}},
    {"na", {"US CA"}},
    {"latam", {kLatam}},
    {"apac", {kApac}},
    {"me", {kMiddleEast}},
    {"middle-east", {kMiddleEast}},
    {"africa", {kAfrica}},
    {"emea", {kEu27, kRestOfEea, kUkAndSwitzerland, kRestOfEurope, kMiddleEast, kAfrica}},
});

// Every place in a country, whoever runs it, and the country as a whole.
PlaceSet in_country(std::string_view code) {
  PlaceSet all;
  for (const auto& each : places()) {
    if (each.country == code) {
      all.set(index_of(each.id));
    }
  }
  MERIDIAN_CHECK(all.any());  // Our own tables would name a country that is none.
  return all;
}

PlaceSet in_countries(std::span<const std::string_view> lists) {
  PlaceSet all;
  for (const auto list : lists) {
    for_each_word(list, [&](std::string_view code) { all |= in_country(code); });
  }
  return all;
}

struct Entry {
  std::string word;  // Folded.
  PlaceSet stands_for;
};

struct Vocabulary {
  std::vector<Entry> entries;           // Sorted by word.
  std::vector<std::string> spelt;       // What `place_words` shows: groups, regions, countries.
  std::vector<std::string_view> words;  // Views into `spelt`.

  void add(std::string_view word, const PlaceSet& stands_for) {
    entries.push_back({std::string(Folded(word).view()), stands_for});
  }
};

Vocabulary make_vocabulary() {
  Vocabulary made;
  for (const auto& group : kGroups) {
    made.add(group.word, in_countries(group.countries));
    made.spelt.emplace_back(group.word);
  }
  // GovCloud alone, for rules that ask for the partition and not for the country.
  made.add(
      "us-gov",
      place_set(find_region("us-gov-east-1")->id) | place_set(find_region("us-gov-west-1")->id));
  made.spelt.emplace_back("us-gov");

  const auto is_group = [](std::string_view word) {
    return std::ranges::find(kGroups, word, &GroupRow::word) != kGroups.end();
  };
  for (const auto& each : places()) {
    if (each.cloud != Cloud::None) {
      made.add(each.name, place_set(each.id));
      made.spelt.emplace_back(each.name);
      continue;
    }
    const auto whole = in_country(each.country);
    made.add(each.name, whole);
    const Folded code(each.country);
    if (!is_group(code.view())) {
      made.add(code.view(), whole);
      made.spelt.emplace_back(code.view());
    }
  }
  std::ranges::sort(made.entries, {}, &Entry::word);
  made.words.assign(made.spelt.begin(), made.spelt.end());
  return made;
}

const Vocabulary& vocabulary() {
  static const Vocabulary kMade = make_vocabulary();
  return kMade;
}

}  // namespace

std::optional<PlaceSet> places_named(std::string_view word) {
  const Folded folded(word);
  const auto& entries = vocabulary().entries;
  const auto found = std::ranges::lower_bound(entries, folded.view(), std::less{}, &Entry::word);
  if (found == entries.end() || found->word != folded.view()) {
    return std::nullopt;
  }
  return found->stands_for;
}

std::span<const std::string_view> place_words() {
  return vocabulary().words;
}

}  // namespace meridian
