#pragma once
// A model's card, as `ahascope-engine model --json` and the playground give it, in the words and order of the window.

#include <nlohmann/json_fwd.hpp>

#include <QString>
#include <QVector>

namespace aha {

struct CardRow {
    QString name, value, help;
    enum Tone { Plain, Good, Warning, Bad } tone = Plain;
};
struct CardSection {
    QString title;
    QVector<CardRow> rows;
};

/// Total: a card of another version lacks rows, nothing more. Texts are visible ones.
QVector<CardSection> cardSections(const nlohmann::ordered_json& card);
/// "Llama, 135 M parameters, Q4_1" for a combo box or a title.
QString cardLine(const nlohmann::ordered_json& card);
/// Sizes for people: "98.1 MB", "135 M".
QString bytesText(double bytes);
QString countText(double count);

} // namespace aha
