#pragma once
// Where a configuration starts: the gallery of recipes, and recipes of other frameworks, read with an account of every
// setting.

#include "core/recipes/import_recipe.h"

#include <QWidget>

#include <optional>

class QLabel;
class QLineEdit;
class QListView;
class QPlainTextEdit;
class QPushButton;
class QSpinBox;
class QTabWidget;
class QTreeWidget;

namespace aha {

class RecipeGallery;
struct Recipe;

class RecipePage : public QWidget {
    Q_OBJECT
public:
    explicit RecipePage(QWidget* parent = nullptr);

    RecipeGallery* gallery() const { return m_gallery; }
    /// Reads the recipes when the page is first shown; so does the gallery's first use.
    void load();
    /// Shows the recipe of this file; empty: built-in defaults.
    void select(const QString& file);
    /// Reads a recipe of TRL, open-r1, verl or OpenRLHF; what became of each setting is listed.
    void importText(const QString& text);

Q_SIGNALS:
    /// Load into the form: `file` is empty for built-in defaults and imports.
    void chosen(const aha::RunConfig& config, const QString& file, const QString& title);
    void compareRequested(const aha::RunConfig& config, const QString& title);
    void closed();

protected:
    void showEvent(QShowEvent* event) override;

private:
    QWidget* galleryPage();
    QWidget* importPage();
    void showRecipe(const Recipe* recipe);
    void showImport();
    void listAccount();

    RecipeGallery* m_gallery;
    std::optional<ImportedRecipe> m_imported;
    QTabWidget* m_tabs;
    QLineEdit* m_filter;
    QListView* m_list;
    QLabel *m_title, *m_sentence, *m_source, *m_facts, *m_needs;
    QPushButton *m_start, *m_compare;
    QPlainTextEdit* m_text;
    QSpinBox* m_rows; ///< 0: not said
    QLabel *m_importSays, *m_importError, *m_line; ///< m_line: the chosen setting in full
    QTreeWidget* m_account;
    QPushButton *m_take, *m_all;
    bool m_loaded = false;
};

} // namespace aha
