#pragma once
// What the command palette finds: named things with a way to reach them, in order of how well they match.

#include <QAbstractListModel>
#include <QString>

#include <functional>
#include <optional>
#include <vector>

namespace aha {

struct PaletteEntry {
    QString title, kind; ///< "Run: Pause or continue", "action"
    QString hint; ///< keys, or a second name that is searched too
    std::function<void()> run;
    QString words = {}; ///< what people call it who do not know its name; searched, not shown
    int rank = 0; ///< of two that match as well, the lower comes first: what is meant more often
};

/// How well the letters of `pattern`, in order but with gaps, are found in `text`; higher is better. Word beginnings
/// and letters that stand together count. nullopt: they are not there. Every word of the pattern is looked for.
std::optional<int> fuzzyScore(const QString& pattern, const QString& text);

/// How well an entry answers; higher is better. Words that stand in the title come first, then beginnings of words,
/// then stretches of letters, then its other names. Letters with gaps count in words of up to four letters only: longer
/// ones are spelled by who means them. nullopt: not at all.
std::optional<int> paletteScore(const QString& pattern, const PaletteEntry& entry);

class PaletteModel : public QAbstractListModel {
    Q_OBJECT
public:
    static constexpr int kMost = 60;
    enum Role { KindRole = Qt::UserRole, HintRole };

    using QAbstractListModel::QAbstractListModel;

    void setEntries(std::vector<PaletteEntry> entries);
    void setPattern(const QString& pattern);
    int rowCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    const PaletteEntry& entry(int row) const { return m_entries[size_t(m_shown[size_t(row)])]; }

private:
    std::vector<PaletteEntry> m_entries;
    std::vector<int> m_shown;
};

} // namespace aha
