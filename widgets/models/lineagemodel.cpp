#include "widgets/models/lineagemodel.h"

#include "widgets/language/translation.h"
#include "widgets/models/visibletext.h"

namespace aha {

int LineageModel::rowCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : int(m_rows.size()); }

QVariant LineageModel::data(const QModelIndex& index, int role) const
{
    if (!index.isValid() || index.row() >= rowCount())
        return {};
    const LineageSample& one = sample(index.row());
    const QString prompt = visibleLine(std::string_view(one.prompt).substr(0, 160));
    const bool mixed = m_source.files.size() > 1;
    const QString file = mixed ? m_source.files[one.file].name : QString();
    const QString place = mixed ? tr("row %1 of %2").arg(one.row).arg(file)
                                : (m_source.files.empty() ? tr("step %1") : tr("row %1")).arg(one.row);
    switch (role) {
    case Qt::DisplayRole:
        return QStringLiteral("%1%2  %3")
            .arg(mixed ? file + QLatin1Char(' ') : QString(), QString::number(one.row), prompt);
    case Qt::AccessibleTextRole:
        return QStringLiteral("%1: %2").arg(place, prompt);
    case Qt::ToolTipRole:
        return plainToolTip(
            QStringLiteral("%1: %2").arg(place, visibleText(std::string_view(one.prompt).substr(0, 2000))));
    default:
        return {};
    }
}

void LineageModel::setSource(const LineageSource& source)
{
    beginResetModel();
    m_source = source;
    arrange();
    endResetModel();
}

void LineageModel::setText(const QString& text)
{
    beginResetModel();
    m_text = text.trimmed();
    arrange();
    endResetModel();
}

void LineageModel::arrange()
{
    m_rows.clear();
    for (size_t i = 0; i < m_source.samples.size(); ++i)
        if (m_text.isEmpty() || QString::fromStdString(m_source.samples[i].prompt).contains(m_text, Qt::CaseInsensitive)
            || QString::fromStdString(m_source.samples[i].completion).contains(m_text, Qt::CaseInsensitive)
            || (m_source.files.size() > 1
                && m_source.files[m_source.samples[i].file].name.contains(m_text, Qt::CaseInsensitive)))
            m_rows.push_back(i);
}

} // namespace aha
