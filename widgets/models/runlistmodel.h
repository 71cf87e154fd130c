#pragma once
// The run table's model: rows by value, replaced as a whole when the folder was scanned again; names, tags and notes of
// the workspace on top of them.

#include "core/run/runlist.h"
#include "core/store/workspace.h"

#include <QAbstractTableModel>
#include <QColor>
#include <QHash>

namespace aha {

class RunListModel : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Column {
        Name,
        State,
        Step,
        Pass1,
        Reward,
        Tags,
        Loss,
        Task,
        Model,
        Seed,
        StepTime,
        Created,
        Note,
        Folder,
        ColumnCount
    };
    static constexpr int SortRole = Qt::UserRole;
    static constexpr int FolderRole = Qt::UserRole + 1;
    /// Of the name: itself with the seed alone behind it, where there is no room for the word; a shape for the state.
    static constexpr int ShortRole = Qt::UserRole + 2;
    static constexpr int ShapeRole = Qt::UserRole + 3;

    using QAbstractTableModel::QAbstractTableModel;
    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;
    Qt::ItemFlags flags(const QModelIndex& index) const override;
    /// Name, tags and note can be edited.
    bool setData(const QModelIndex& index, const QVariant& value, int role) override;

    void setRows(std::vector<RunListRow> rows);
    /// Replaces the row of the same folder, or adds one.
    void updateRow(const RunListRow& read);
    void removeFolder(const QString& folder);
    /// What the engines of open runs say of themselves: newer than anything that was read, now and later.
    void setStates(const QHash<QString, RunState>& byFolder, const QHash<QString, StartPart>& parts = {});
    /// By RunListRow::key.
    void setLabels(const std::map<std::string, RunLabel>& labels);
    void setLabel(int row, const RunLabel& label);
    RunLabel label(int row) const;
    /// Colour swatches of the open runs.
    void setColors(const QHash<QString, QColor>& colorByFolder);
    const RunListRow& row(int index) const { return m_rows[size_t(index)]; }
    const std::vector<RunListRow>& rows() const { return m_rows; }
    /// What a person calls the run.
    QString nameOf(int row) const;
    /// The same with what tells it from others of that name: its seed, or else its folder.
    const QString& title(int row) const { return m_titles[size_t(row)]; }

Q_SIGNALS:
    /// A person changed it: to be remembered.
    void labelChanged(const QString& key, const aha::RunLabel& label);

private:
    void takeState(RunListRow& row) const; ///< of its engine, where that was told
    void retitle(); ///< after names came or went

    std::vector<RunListRow> m_rows;
    std::vector<QString> m_titles;
    std::map<std::string, RunLabel> m_labels;
    QHash<QString, QColor> m_colors;
    QHash<QString, RunState> m_states;
    QHash<QString, StartPart> m_parts; ///< what those that start are at
};

} // namespace aha
