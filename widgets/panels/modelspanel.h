#pragma once
// The page Models: what was opened, and the card of the chosen one.

#include "widgets/panels/openrun.h"

#include <nlohmann/json.hpp>

#include <QWidget>

class QLabel;
class QListView;
class QPushButton;
class QToolButton;
class QVBoxLayout;

namespace aha {

class CardReader;
class RecentModels;

class ModelsPanel : public QWidget {
    Q_OBJECT
public:
    /// `engine`: the program that reads cards; empty: the one beside this program.
    explicit ModelsPanel(RecentModels* recent, const QString& engine = {}, QWidget* parent = nullptr);

    void openModel(const QString& path);
    void setRuns(const OpenRuns& runs) { m_runs = runs; }
    const nlohmann::ordered_json& card() const { return m_card; }

Q_SIGNALS:
    void talkRequested(const QString& path);
    void compareRequested(const QString& path);
    void tokenizerRequested(const QString& path);
    void trainRequested(const QString& path);

protected:
    void resizeEvent(QResizeEvent* event) override;
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dropEvent(QDropEvent* event) override;

private:
    void choose(const QString& path);
    void present();

    RecentModels* m_recent;
    CardReader* m_reader;
    OpenRuns m_runs;
    QString m_path, m_problem;
    nlohmann::ordered_json m_card;
    QListView* m_list;
    QToolButton* m_open;
    QLabel *m_title, *m_line;
    QPushButton *m_talk, *m_compare, *m_tokenizer, *m_train, *m_forget;
    QWidget* m_sections = nullptr;
    QVBoxLayout* m_sectionsLayout;
    int m_columns = 1; ///< of sections: as many as there is room for
};

} // namespace aha
