#pragma once
// What every metric and term means: the tables of METRICS.md, which is compiled in.

#include <QAbstractListModel>
#include <QHash>
#include <QString>

#include <vector>

namespace aha {

struct GlossaryEntry {
    QString name; ///< "completions/mean_length", "advantage"
    QString meaning, unit, range; ///< plain text
    QString section; ///< "Completions"
};

/// The rows of all tables whose first column is headed "name".
std::vector<GlossaryEntry> parseGlossary(const QString& markdown);

class Glossary : public QAbstractListModel {
    Q_OBJECT
public:
    enum Role { SearchRole = Qt::UserRole, MeaningRole };

    explicit Glossary(QObject* parent = nullptr);

    int rowCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    const GlossaryEntry& entry(int row) const { return m_entries[size_t(row)]; }
    /// Row of a name, whatever its case, singular for a plural; -1 for none.
    int find(const QString& name) const;
    /// How well an entry's name answers a search, 0 best: it is the name, begins it, begins a word of it, stands within
    /// it; last, the words stand in the text alone.
    int rank(int row, const QString& wanted) const;
    /// All of an entry in one text of a few lines.
    QString explain(int row) const;

private:
    std::vector<GlossaryEntry> m_entries;
    QHash<QString, int> m_rows;
};

} // namespace aha
