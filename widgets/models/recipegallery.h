#pragma once
// Starting points for a configuration: published recipes and the project's experiments, each with a sentence and
// source.

#include "core/config/run_config.h"

#include <QAbstractListModel>
#include <QString>

#include <vector>

namespace aha {

struct Recipe {
    QString title, family, sentence, source;
    QString file; ///< empty: built-in defaults
    RunConfig config;
    QString problem; ///< why the file cannot be read; empty when it can
    QString needs; ///< what is to be filled in before it can start; empty: nothing
};

/// `root`: the folder of AhaScope. resources/recipes/gallery.json first, then experiments that it does not name.
std::vector<Recipe> readRecipes(const QString& root);

/// Families are headings, which cannot be chosen.
class RecipeGallery : public QAbstractListModel {
    Q_OBJECT
public:
    using QAbstractListModel::QAbstractListModel;
    enum Role { HeadingRole = Qt::UserRole, DetailRole }; ///< DetailRole: algorithm and task, a second line

    void setRecipes(std::vector<Recipe> recipes);
    /// Shows those whose text holds all words.
    void setFilter(const QString& words);
    const std::vector<Recipe>& recipes() const { return m_recipes; }
    /// nullptr for a heading.
    const Recipe* recipeAt(const QModelIndex& index) const;
    QModelIndex indexOf(const QString& file) const;

    int rowCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    Qt::ItemFlags flags(const QModelIndex& index) const override;

private:
    void arrange();

    struct Line {
        int recipe = -1; ///< -1: a heading
        QString heading;
    };
    std::vector<Recipe> m_recipes;
    std::vector<Line> m_lines;
    QString m_filter;
};

} // namespace aha
