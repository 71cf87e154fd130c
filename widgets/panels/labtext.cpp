#include "widgets/panels/labtext.h"

#include "core/base/utf8.h"
#include "widgets/language/translation.h"
#include "widgets/panels/labedit.h"

#include <nlohmann/json.hpp>

#include <QLabel>
#include <QTableView>

#include <algorithm>

namespace aha {

ByteMap::ByteMap(const std::string& utf8)
{
    m_positions.reserve(utf8.size() + 1);
    int position = 0;
    for (size_t at = 0; at < utf8.size();) {
        const CodePoint point = decodeUtf8(utf8, at);
        m_positions.insert(m_positions.end(), point.bytes, position);
        position += point.valid && point.value > 0xFFFF && !isBoxed(point.value) ? 2 : 1;
        at += point.bytes;
    }
    m_positions.push_back(position);
}

int ByteMap::position(size_t byte) const { return m_positions[std::min(byte, m_positions.size() - 1)]; }

double jsonFigure(const nlohmann::ordered_json& json, const char* key, double otherwise)
{
    const auto found = json.is_object() ? json.find(key) : json.end();
    return json.is_object() && found != json.end() && found->is_number() ? found->get<double>() : otherwise;
}

void hideWhileEmpty(QTableView* view, QAbstractItemModel* model)
{
    const auto update = [view, model] { view->setVisible(model->rowCount() > 0); };
    QObject::connect(model, &QAbstractItemModel::modelReset, view, update);
    QObject::connect(model, &QAbstractItemModel::rowsInserted, view, update);
    view->hide();
}

void showWhose(QLabel* label, const QString& whose, bool runs, bool isDone, bool isChosen)
{
    const QString form = runs ? (isChosen ? tr("Running: %1") : tr("Running: %1, not what is chosen above"))
                              : (isChosen ? tr("Result of %1") : tr("Result of %1, not of what is chosen above"));
    label->setText(form.arg(whose));
    label->setVisible(!whose.isEmpty() && (runs || isDone));
}

} // namespace aha
