#include "widgets/models/foundmodel.h"

#include "widgets/language/translation.h"

namespace aha {

namespace {

constexpr int kBefore = 40, kAfter = 120;

/// One line of a list: line breaks and tabs as single spaces.
QString oneLine(QStringView text)
{
    QString line;
    bool space = false;
    for (const QChar c : text) {
        const bool blank = c.isSpace();
        if (!blank || !space)
            line += blank ? QLatin1Char(' ') : c;
        space = blank;
    }
    return line;
}

} // namespace

int FoundModel::rowCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : int(m_places.size()); }

QVariant FoundModel::data(const QModelIndex& index, int role) const
{
    if (!index.isValid())
        return {};
    const int at = m_places[index.row()];
    const QStringView text(m_text);
    const auto before = [&] {
        const int from = std::max(0, at - kBefore);
        return (from > 0 ? QStringLiteral("…") : QString()) + oneLine(text.mid(from, at - from));
    };
    const auto hit = [&] { return oneLine(text.mid(at, m_length)); };
    const auto after = [&] {
        const int from = at + m_length;
        return oneLine(text.mid(from, kAfter)) + (from + kAfter < m_text.size() ? QStringLiteral("…") : QString());
    };
    switch (role) {
    case BeforeRole:
        return before();
    case HitRole:
        return hit();
    case AfterRole:
        return after();
    case Qt::DisplayRole:
        return before() + hit() + after();
    case Qt::AccessibleTextRole:
        return tr("%1 of %2: %3").arg(index.row() + 1).arg(m_places.size()).arg(before() + hit() + after());
    }
    return {};
}

void FoundModel::setFound(const QString& text, const QVector<int>& places, int length)
{
    beginResetModel();
    m_text = text;
    m_places = places;
    m_length = length;
    endResetModel();
}

} // namespace aha
