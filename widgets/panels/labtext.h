#pragma once
// What the pages of the lab share: places in texts, figures of JSON, tables that are still empty.

#include <nlohmann/json_fwd.hpp>

#include <QString>

#include <limits>
#include <string>
#include <vector>

class QAbstractItemModel;
class QLabel;
class QTableView;

namespace aha {

/// Where a byte of a UTF-8 text stands in LabEdit's document, in UTF-16.
class ByteMap {
public:
    explicit ByteMap(const std::string& utf8);
    /// Of a byte behind the text: its end.
    int position(size_t byte) const;

private:
    std::vector<int> m_positions; ///< one a byte, and one behind the last
};

/// A number of an object; `otherwise` where there is none.
double jsonFigure(
    const nlohmann::ordered_json& json, const char* key, double otherwise = std::numeric_limits<double>::quiet_NaN());

/// The table is there while its model has rows.
void hideWhileEmpty(QTableView* view, QAbstractItemModel* model);

/// Says above a result, or a job that makes one, whose it is and whether another was chosen since; hidden with neither.
void showWhose(QLabel* label, const QString& whose, bool runs, bool isDone, bool isChosen);

} // namespace aha
